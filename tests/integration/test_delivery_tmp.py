import json, subprocess, sys, time, smtplib
from tests.integration.conftest import *
from tests.integration.receivers import free_port
from tasks.delivery.delivering import deliver
from tasks.delivery.mailing import mail
from tasks.smtp import SmtpServer
from models.outbox_sending import Message
import cProfile, pstats, os

def test_speed(bench, tmp_path):
    with bench.owner.begin() as c:
        c.exec_driver_sql("insert into unit(code,name,kind) select 'b'||i,'单位'||i,'department' from generate_series(1,2000) i")
        c.exec_driver_sql("insert into contact(unit,role,name,channel,address) select 'b'||i,'contact','联络员','email','b'||i||'@x.cn' from generate_series(1,2000) i")
        c.exec_driver_sql("""insert into rectification_case (no, state, kind, urgency, channel, reachable, detected_at,
        reported_at, last_event_at, policy_version, seq, head_hash, subject, lead_unit, verifying_unit, environment)
        select 'QD2026-9'||lpad(i::text,5,'0'),'rectifying','ordinary','normal','12345',true,%(at)s,%(at)s,%(at)s,1,1,sha256('x'),'物业收费不公示','b'||(i%%2000+1),'office','service' from generate_series(1,10000) i""",{"at":MONDAY})
        c.exec_driver_sql("""insert into clock(case_id,kind,slot,holder,revision,"limit",started_at,due_at,rung,ladder,next_at,provisional,rolled,rule)
          select id,k,0,lead_unit,1,'5wd',%(at)s,%(at)s + interval '5 days',0,array[null,null,null,null,null,null]::timestamptz[],null,false,false,'dispatched' from rectification_case, unnest(array['finish','contact','interim']) k""",{"at":MONDAY})
        c.exec_driver_sql("""insert into notice(case_id,seq,template,unit,role,channel,args,owed_at) select id,1,'yellow',lead_unit,'contact','email','{"rung":"yellow","clocks":["finish/0"]}',%(at)s from rectification_case""",{"at":MONDAY})
        c.exec_driver_sql("analyze")
    port=free_port()
    p=subprocess.Popen([sys.executable,"/tmp/smtp_server.py",str(port)],stdin=subprocess.PIPE,stdout=subprocess.PIPE)
    p.stdout.readline()
    s = Settings(home=tmp_path,smtp=SmtpServer("127.0.0.1",port),smtp_from="r@c.cn")
    pr=cProfile.Profile() if os.environ.get("PROF") else None
    import tasks.delivery.delivering as D, tasks.delivery.rounds as R, models.outbox as O
    def timed(mod,name,acc):
        f=getattr(mod,name)
        def g(*a,**k):
            t0=time.perf_counter()
            try: return f(*a,**k)
            finally: acc[name]=acc.get(name,0)+time.perf_counter()-t0
        setattr(mod,name,g)
    acc={}
    if not pr:
        timed(D,"bind",acc); timed(R,"settle",acc); timed(O,"owed",acc); timed(R.Round,"_send_batch",acc)
        import tasks.delivery.composing as C, tasks.delivery.mailing as M
        timed(M,"mail",acc); timed(C.Composer,"compose",acc)
    t=time.perf_counter()
    if pr: pr.enable()
    print(deliver(bench.engine, s, MONDAY, MONDAY, pace=D.Pace(**eval(os.environ.get('PACE','{}')))))
    if pr: pr.disable(); pstats.Stats(pr).sort_stats("cumtime").print_stats(45)
    ours=time.perf_counter()-t
    rows=bench.rows("select id,recipient,channel,address,subject,body,urgent,created_at from message")
    raws=[(r[3],mail(Message(*r),"r@c.cn")) for r in rows]
    print(len(raws), len(raws[0][1]))
    t=time.perf_counter()
    with smtplib.SMTP("127.0.0.1",port,"c.cn") as c:
        for to,raw in raws: c.sendmail("r@c.cn",[to],raw)
    base=time.perf_counter()-t
    print(acc); print("ours",ours,"smtplib",base,"ratio",base/ours)
    p.stdin.close(); p.stdout.close(); p.wait()
