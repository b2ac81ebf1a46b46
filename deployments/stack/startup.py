"""Brings the services up, in the order in which they need each other."""

from deployments.stack import services
from deployments.stack.crew import Crew
from deployments.stack.health import wait_until_ready
from tasks.settings import Settings

STEP_SECONDS = 600.0
SERVER_SECONDS = 180.0
PORTAL_SECONDS = 60.0
SAMPLE = "campaign"


def bring_up(crew: Crew, settings: Settings, *, empty: bool) -> None:
    """Starts everything; raises `Refused` with the reason of the first thing that fails."""
    if settings.database_url is not None:
        crew.run(_databases(settings, "准备 Prefect 数据库", "prefect"), STEP_SECONDS)
    crew.report("启动 Prefect 服务器……")
    server = crew.start(services.prefect_server(settings))
    crew.report("更新业务数据库……")
    crew.run(_databases(settings, "更新业务数据库", "live", "demo"), STEP_SECONDS)
    wait_until_ready(f"{settings.api_url}/health", server.why_dead, SERVER_SECONDS)
    crew.report("登记流程与日程……")
    deploying = "deployments.stack.deploying"
    crew.run(services.step(settings, "deploy", "登记流程与日程", deploying), STEP_SECONDS)
    crew.report("启动执行器和门户……")
    crew.start(services.worker(settings))
    portal = crew.start(services.portal(settings))
    wait_until_ready(f"{settings.portal_url}/health", portal.why_dead, PORTAL_SECONDS)
    if not empty and not sample_played(settings):
        crew.report("首次定时任务完成后（约两分钟）在演示库中推演样例专项行动，约需五分钟。")
        crew.start(services.step(settings, SAMPLE, "样例推演", "deployments.stack.sample"))
    crew.ready()


def sample_played(settings: Settings) -> bool:
    """Whether the sample campaign was played to its end here."""
    return (settings.home / "sample-played").exists()


def note_sample_played(settings: Settings) -> None:
    """Keeps the sample from being played again at the next start."""
    (settings.home / "sample-played").touch()


def _databases(settings: Settings, title: str, *names: str) -> services.Service:
    return services.step(settings, "databases", title, "deployments.stack.databases", *names)
